// Files that a role reads for its work. Every call returns -1 with errno on failure.
#ifndef BACKLAB_CLINUX_FILES_H
#define BACKLAB_CLINUX_FILES_H

/// A new file in a folder, without a name: O_TMPFILE, or one whose name is taken away at once where the file system knows
/// none. `is_direct` asks for O_DIRECT: reads and writes go past the page cache (open(2)).
int clinux_unnamed_file(const char *folder, int is_direct);
/// Whether a file lies on no disk: 1 on tmpfs and ramfs (statfs(2)).
int clinux_is_in_memory(int fd);
/// posix_fadvise(2) POSIX_FADV_DONTNEED of the whole file.
int clinux_forget_pages(int fd);
#endif
