"""The counter that residents come to: who is there, what stands on the screen next, what is to run. No Qt, no SQL."""
