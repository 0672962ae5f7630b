"""Programs for fresh processes. They print JSON, and import at first only what the interpreter has loaded anyway."""
