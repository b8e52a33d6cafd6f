#include "CLinuxCount.h"
#include <errno.h>
#include <stddef.h>

// These take the place of the C library's functions of the same name in the whole program, and hand each call on to them:
// memory is theirs, and free(3) is not touched. The names are those that glibc keeps for that.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *at, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local int is_counting;
static _Thread_local struct clinux_allocations counted;

static inline void count(size_t size) {
  if (__builtin_expect(!is_counting, 1)) return;
  counted.calls++;
  counted.octets += size;
}

void *malloc(size_t size) {
  count(size);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void *realloc(void *at, size_t size) {
  count(size);
  return __libc_realloc(at, size);
}

void *memalign(size_t alignment, size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **at, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  int kept = errno;
  void *made = memalign(alignment, size);
  errno = kept;
  if (!made) return ENOMEM;
  *at = made;
  return 0;
}

void clinux_count_allocations(void) {
  counted = (struct clinux_allocations){0, 0};
  is_counting = 1;
}

struct clinux_allocations clinux_counted_allocations(void) {
  is_counting = 0;
  return counted;
}
