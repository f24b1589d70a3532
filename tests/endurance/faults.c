/* Preloaded into a program under test: lets the Nth call that touches a folder fail, as a broken or full disk
 * would. tests/endurance/faults.py speaks with it from inside of that program. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX]; /* empty: disarmed */
static long due;              /* the number of the call that fails */
static int error_number;
static int lasting; /* whether all later calls fail too */
static long calls;
static long failures;

void faults_arm(const char *under, long nth, int error, int from_then_on) {
    pthread_mutex_lock(&lock);
    snprintf(folder, sizeof folder, "%s/", under);
    due = nth;
    error_number = error;
    lasting = from_then_on;
    calls = failures = 0;
    pthread_mutex_unlock(&lock);
}

void faults_disarm(void) {
    pthread_mutex_lock(&lock);
    folder[0] = '\0';
    pthread_mutex_unlock(&lock);
}

long faults_calls(void) { return calls; }

long faults_failures(void) { return failures; }

/* Count a call that touches `path`, and say whether it fails. */
static int fails(const char *path) {
    char whole[2 * PATH_MAX + 2];
    int saved = errno;
    snprintf(whole, sizeof whole, "%s/", path);
    pthread_mutex_lock(&lock);
    int counts = folder[0] != '\0' && strncmp(whole, folder, strlen(folder)) == 0;
    calls += counts;
    int failing = counts && (calls == due || (lasting && calls > due));
    failures += failing;
    errno = failing ? error_number : saved;
    pthread_mutex_unlock(&lock);
    return failing;
}

/* The same for `path` below the place that `link` leads to; empty for the place itself. */
static int fails_below(const char *link, const char *path) {
    char place[PATH_MAX];
    char whole[2 * PATH_MAX + 1];
    int saved = errno;
    ssize_t length = readlink(link, place, sizeof place - 1);
    errno = saved;
    if (length < 0) {
        return 0;
    }
    place[length] = '\0';
    snprintf(whole, sizeof whole, "%s%s%s", place, path[0] ? "/" : "", path);
    return fails(whole);
}

static int fails_on(int file) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return fails_below(link, "");
}

static int fails_at(int directory, const char *path) {
    char link[64];
    if (path[0] == '/') {
        return fails(path);
    }
    if (directory == AT_FDCWD) {
        return fails_below("/proc/self/cwd", path);
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    return fails_below(link, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                                            \
    int name(const char *path, int flags, ...) {                              \
        va_list rest;                                                         \
        va_start(rest, flags);                                                \
        mode_t mode = va_arg(rest, mode_t);                                   \
        va_end(rest);                                                         \
        return fails_at(AT_FDCWD, path) ? -1 : REAL(name)(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                      \
    int name(int directory, const char *path, int flags, ...) {                           \
        va_list rest;                                                                     \
        va_start(rest, flags);                                                            \
        mode_t mode = va_arg(rest, mode_t);                                               \
        va_end(rest);                                                                     \
        return fails_at(directory, path) ? -1 : REAL(name)(directory, path, flags, mode); \
    }
OPENAT(openat)
OPENAT(openat64)

FILE *fopen64(const char *path, const char *mode) {
    return fails_at(AT_FDCWD, path) ? NULL : REAL(fopen64)(path, mode);
}

ssize_t write(int file, const void *bytes, size_t count) {
    return fails_on(file) ? -1 : REAL(write)(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    return fails_on(file) ? -1 : REAL(pwrite64)(file, bytes, count, offset);
}

int fsync(int file) { return fails_on(file) ? -1 : REAL(fsync)(file); }

int fdatasync(int file) { return fails_on(file) ? -1 : REAL(fdatasync)(file); }

int ftruncate(int file, off_t length) { return fails_on(file) ? -1 : REAL(ftruncate)(file, length); }

int ftruncate64(int file, off64_t length) { return fails_on(file) ? -1 : REAL(ftruncate64)(file, length); }

int rename(const char *old, const char *new) {
    return fails_at(AT_FDCWD, new) ? -1 : REAL(rename)(old, new);
}

int renameat(int from, const char *old, int to, const char *new) {
    return fails_at(to, new) ? -1 : REAL(renameat)(from, old, to, new);
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    return fails_at(to, new) ? -1 : REAL(renameat2)(from, old, to, new, flags);
}
