// The lessons and their sessions, compiled into the program (C23 #embed). The list is made by `make lessons`.
#ifndef BACKLAB_CLESSONS_H
#define BACKLAB_CLESSONS_H
#include <stddef.h>

/// One embedded lesson: its folder (`01-start/01-knock`), its page and its session (NULL when it has none).
struct clessons_entry {
  const char *_Nonnull folder;
  const unsigned char *_Nonnull page;
  size_t page_size;
  const unsigned char *_Nullable session;
  size_t session_size;
};

/// Number of lessons.
size_t clessons_count(void);
/// The lesson at `index`, in the order of the folders' names.
struct clessons_entry clessons_at(size_t index);
#endif
