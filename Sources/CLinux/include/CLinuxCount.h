// How often the C library's allocator is asked for memory: what a piece of code costs that time alone does not tell.
#ifndef BACKLAB_CLINUX_COUNT_H
#define BACKLAB_CLINUX_COUNT_H
#include <stdint.h>

/// What a thread asked the allocator for: calls of malloc(3), calloc, realloc, aligned_alloc, memalign and posix_memalign, whoever
/// makes them, Swift's runtime too; and the octets that they asked for together.
struct clinux_allocations {
  uint64_t calls, octets;
};

/// Counts, from now on, what this thread asks for.
void clinux_count_allocations(void);
/// Ends counting; what was counted.
struct clinux_allocations clinux_counted_allocations(void);
#endif
