// OpenSSL 3: macros that Swift can't import become functions here.
#ifndef BACKLAB_COPENSSL_SHIM_H
#define BACKLAB_COPENSSL_SHIM_H
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/x509v3.h>
#include <openssl/bio.h>

static inline int backlab_ssl_ctx_set_min_version(SSL_CTX *ctx, int version) {
  return (int)SSL_CTX_set_min_proto_version(ctx, version);
}
static inline int backlab_ssl_ctx_set_max_version(SSL_CTX *ctx, int version) {
  return (int)SSL_CTX_set_max_proto_version(ctx, version);
}
static inline void backlab_ssl_ctx_release_buffers(SSL_CTX *ctx) {
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
}
static inline int backlab_ssl_set_server_name(SSL *ssl, const char *name) {
  return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline EVP_PKEY *backlab_ec_key(const char *curve) { return EVP_EC_gen(curve); }
#endif
