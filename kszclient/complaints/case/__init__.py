"""The complaint as it comes in: its dates, its payer, which law decides which months."""
