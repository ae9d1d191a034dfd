"""What changes an analysis: runs, stages, transcripts and the rows a result is kept in."""
