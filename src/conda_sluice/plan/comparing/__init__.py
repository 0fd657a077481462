"""Two packages, file by file: are they the same but for what they are called?"""
