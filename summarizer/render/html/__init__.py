"""The pages: one self-contained HTML file each, which loads nothing and runs nothing but its own script."""
