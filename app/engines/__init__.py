"""How models run. The only package of the program that may import torch."""
