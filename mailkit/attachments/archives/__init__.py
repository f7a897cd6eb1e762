"""What holds files: archives, compressed streams and images of disks."""
