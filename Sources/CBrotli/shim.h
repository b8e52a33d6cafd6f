#ifndef BACKLAB_CBROTLI_SHIM_H
#define BACKLAB_CBROTLI_SHIM_H
#include <brotli/decode.h>
#endif
