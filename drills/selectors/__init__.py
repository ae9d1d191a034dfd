"""Reading what the drills app keeps."""
