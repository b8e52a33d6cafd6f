// zlib: macros that Swift can't import become functions here.
#ifndef BACKLAB_CZLIB_SHIM_H
#define BACKLAB_CZLIB_SHIM_H
#include <zlib.h>

static inline int backlab_inflate_init(z_stream *stream, int window_bits) {
  return inflateInit2(stream, window_bits);
}
#endif
