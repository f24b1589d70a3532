"""Scripts by whether spaces part their words: ranges for a regular expression's brackets."""

COUNTED_BY_CHARACTERS = (  # each of their characters counts as a word
    "\u3005-\u3007"  # iteration marks and the ideographic zero
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
)
UNSPACED = f"{COUNTED_BY_CHARACTERS}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # and Thai, Lao, Burmese, Khmer
RUN_ON = f"{UNSPACED}\uac00-\ud7a3"  # and Hangul, where particles follow a name without a space
