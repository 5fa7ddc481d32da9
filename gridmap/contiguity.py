"""Whether a territory hangs together and how round it is: pieces, borders, compactness, from the sides that cells share."""
