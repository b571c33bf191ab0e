"""A slow second implementation of CRITERIA 1-7, written from the text alone, to check the fast pipeline against."""
