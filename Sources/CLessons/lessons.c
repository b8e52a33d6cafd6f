#include "CLessons.h"
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "table.inc"

size_t clessons_count(void) { return sizeof table / sizeof table[0] - 1; }
struct clessons_entry clessons_at(size_t index) { return table[index]; }
