"""What a person or a schedule starts: the nightly job, the UI, and the pages made from the code."""
