// PCRE2 for patterns over octets, and glibc's search for octets, which takes linear time.
#ifndef BACKLAB_CPCRE2_SHIM_H
#define BACKLAB_CPCRE2_SHIM_H
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>

extern void *memmem(const void *hay, size_t hays, const void *needle, size_t needles);

static inline bool backlab_find(const void *hay, size_t hays, const void *needle, size_t needles) {
  return memmem(hay, hays, needle, needles) != NULL;
}
#endif
