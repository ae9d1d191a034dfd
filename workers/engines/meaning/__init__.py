"""What was said: helpers of the `content` stage, one question each."""
