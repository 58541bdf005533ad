"""Templates, styles and scripts of the HTML report: data, no code."""
