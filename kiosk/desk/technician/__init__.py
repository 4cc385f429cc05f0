"""The technician's pages: what stands on them and what a press leads to. Loaded when one comes."""
