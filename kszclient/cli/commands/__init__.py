"""The subcommands of `kszclient`, one module each."""
