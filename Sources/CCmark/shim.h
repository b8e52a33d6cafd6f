// cmark-gfm: CommonMark with tables.
#ifndef BACKLAB_CCMARK_SHIM_H
#define BACKLAB_CCMARK_SHIM_H
#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>
#endif
