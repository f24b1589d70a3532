"""A lean decoder for the Llama family and GPT-2: fused, packed weights and a preallocated key/value cache."""
