// All that was said, in large plain words, before it is done; what confirms has a place of its own.
import "../controls"

Shape {}
