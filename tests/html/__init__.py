"""The pages as HTML, judged by html-validate."""
