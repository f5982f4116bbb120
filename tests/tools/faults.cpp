// Preloaded into a program, makes its calls go wrong. The environment says how:
//   FAULTS_CALL    open, read, pread, write, fsync, linkat, rename, mmap or memory: one fails;
//                  interrupted: every time, reading and writing is interrupted first;
//                  short: it reads and writes a part of what it could
//   FAULTS_NUMBER  which of the calls fails, counted from 1 in all threads
//   FAULTS_ERRNO   what it fails with
//   FAULTS_KILL    if it is set, the process is killed there instead
//   FAULTS_FOLDER  calls on files outside of it neither count nor fail
//   FAULTS_NAMED   if it is set, the folder's file system has no files without a name
//   FAULTS_LOG     a file for lines "synced PATH" or "synced all", "renamed PATH",
//                  "failed CALL PATH", and last "calls COUNT"
// Memory counts from main() on, and does not fail where a library would crash.
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct Plan {
  std::string_view call = variable("FAULTS_CALL");
  long number = std::atol(variable("FAULTS_NUMBER").data());
  int error = std::atoi(variable("FAULTS_ERRNO").data());
  bool kills = !variable("FAULTS_KILL").empty();
  std::string_view folder = variable("FAULTS_FOLDER");
  bool named = !variable("FAULTS_NAMED").empty();
  const char* log = std::getenv("FAULTS_LOG");
};

const Plan* plan = nullptr;  // once main() has begun
std::atomic<long> count = 0;

void log_line(const char* format, ...) {
  std::array<char, 4096 + 64> line{};
  va_list arguments;
  va_start(arguments, format);
  const int size = std::vsnprintf(line.data(), line.size(), format, arguments);
  va_end(arguments);
  const auto fd = static_cast<int>(
      ::syscall(SYS_openat, AT_FDCWD, plan->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  ::syscall(SYS_write, fd, line.data(), size);
  ::syscall(SYS_close, fd);
}

bool counts(std::string_view call) { return plan != nullptr && plan->call == call; }

bool fails_now(const char* path) {
  log_line("failed %s %s\n", plan->call.data(), path);
  if (plan->kills) ::kill(::getpid(), SIGKILL);
  errno = plan->error;
  return true;
}

// Whether this call, which counts, is the one that fails.
bool fails(const char* path) { return ++count == plan->number && fails_now(path); }

// The path of an open file.
class PathOf {
 public:
  explicit PathOf(int fd) {
    std::array<char, 64> link{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
    if (::readlink(link.data(), path_.data(), path_.size() - 1) < 0) path_[0] = '\0';
  }
  const char* get() const { return path_.data(); }

 private:
  std::array<char, 4096> path_{};
};

bool is_within(std::string_view path) {
  return !path.empty() && (path.front() != '/' || path.starts_with(plan->folder));
}

bool path_fails(std::string_view call, const char* path) {
  return counts(call) && is_within(path) && fails(path);
}

bool file_fails(std::string_view call, int fd) {
  return counts(call) && path_fails(call, PathOf(fd).get());
}

// Whether reading or writing is interrupted: each thread's first, third, fifth.
bool is_interrupted(int fd) {
  thread_local bool is_turn = false;
  if (!counts("interrupted") || !is_within(PathOf(fd).get())) return false;
  is_turn = !is_turn;
  if (is_turn) ++count;
  errno = EINTR;
  return is_turn;
}

std::size_t shortened(int fd, std::size_t size) {
  if (size < 2 || !counts("short") || !is_within(PathOf(fd).get())) return size;
  ++count;
  return (size + 1) / 2;
}

int (*real_main)(int, char**, char**);

// The start of the module, program or library, that an address is in.
const void* module_of(const void* address) {
  Dl_info info{};
  return ::dladdr(address, &info) == 0 ? nullptr : info.dli_fbase;
}

bool is_program(const void* address) {
  return module_of(address) == module_of(reinterpret_cast<void*>(real_main));
}

// Whether who asks for memory now can tell that there is none: the program, and libraries but for
// those that take it for granted or end the process themselves.
bool can_fail() {
  std::array<void*, 64> stack{};
  const int depth = ::backtrace(stack.data(), static_cast<int>(stack.size()));
  for (int i = 0; i < depth; ++i) {
    Dl_info info{};
    if (::dladdr(stack[i], &info) == 0) continue;
    const std::string_view module = info.dli_fname;
    const std::string_view function = info.dli_sname == nullptr ? "" : info.dli_sname;
    for (const auto* name : {"/ld-linux", "/libdnnl", "/libgomp", "/liblinear", "/libsvm"}) {
      if (module.find(name) != module.npos) return false;
    }
    // What oneTBB calls without looking at the result, and libstdc++'s that terminates.
    for (const auto* name : {"pthread_getattr_np", "directory_iterator"}) {
      if (function.find(name) != function.npos) return false;
    }
    if (is_program(stack[i])) return true;
  }
  return true;
}

bool memory_fails() {
  return counts("memory") && ++count == plan->number && can_fail() && fails_now("");
}

int planned_main(int argc, char** argv, char** environment) {
  static const Plan the_plan;
  std::array<void*, 1> stack{};
  ::backtrace(stack.data(), 1);  // needs memory the first time
  plan = &the_plan;
  return real_main(argc, argv, environment);
}

__attribute__((destructor)) void log_count() {
  if (plan != nullptr) log_line("calls %ld\n", count.load());
}

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

int open_at(int folder, const char* path, int flags, mode_t mode) {
  if (path_fails("open", path)) return -1;
  if (plan != nullptr && plan->named && (flags & O_TMPFILE) == O_TMPFILE && is_within(path)) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_openat, folder, path, flags, mode));
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(),
                      void (*fini)(), void (*rtld_fini)(), void* stack_end) {
  real_main = main;
  return next<decltype(&__libc_start_main)>("__libc_start_main")(planned_main, argc, argv, init,
                                                                 fini, rtld_fini, stack_end);
}

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at(folder, path, flags, mode);
}

int mkostemp(char* path, int flags) {
  return path_fails("open", path) ? -1 : next<decltype(&mkostemp)>("mkostemp")(path, flags);
}

ssize_t read(int fd, void* to, std::size_t size) {
  if (is_interrupted(fd) || file_fails("read", fd)) return -1;
  return ::syscall(SYS_read, fd, to, shortened(fd, size));
}

ssize_t pread(int fd, void* to, std::size_t size, off_t offset) {
  if (is_interrupted(fd) || file_fails("pread", fd)) return -1;
  return ::syscall(SYS_pread64, fd, to, shortened(fd, size), offset);
}

ssize_t write(int fd, const void* from, std::size_t size) {
  if (is_interrupted(fd) || file_fails("write", fd)) return -1;
  return ::syscall(SYS_write, fd, from, shortened(fd, size));
}

int fsync(int fd) {
  if (file_fails("fsync", fd)) return -1;
  const auto result = static_cast<int>(::syscall(SYS_fsync, fd));
  if (plan != nullptr && result == 0) log_line("synced %s\n", PathOf(fd).get());
  return result;
}

int syncfs(int fd) {
  if (file_fails("fsync", fd)) return -1;
  const auto result = static_cast<int>(::syscall(SYS_syncfs, fd));
  if (plan != nullptr && result == 0) log_line("synced all\n");
  return result;
}

int linkat(int from_folder, const char* from, int to_folder, const char* to, int flags) {
  if (path_fails("linkat", to)) return -1;
  return static_cast<int>(::syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}

int rename(const char* from, const char* to) noexcept {
  if (path_fails("rename", to)) return -1;
  const auto result = static_cast<int>(::syscall(SYS_rename, from, to));
  if (plan != nullptr && result == 0) log_line("renamed %s\n", to);
  return result;
}

// Of files, and the program's own.
void* mmap(void* address, std::size_t size, int protection, int flags, int fd, off_t offset) {
  const bool failed = fd >= 0
                          ? file_fails("mmap", fd)
                          : counts("mmap") && is_program(__builtin_return_address(0)) && fails("");
  if (failed) return MAP_FAILED;
  return reinterpret_cast<void*>(::syscall(SYS_mmap, address, size, protection, flags, fd, offset));
}

void* malloc(std::size_t size) { return memory_fails() ? nullptr : __libc_malloc(size); }

void* calloc(std::size_t number, std::size_t size) {
  return memory_fails() ? nullptr : __libc_calloc(number, size);
}

void* realloc(void* memory, std::size_t size) {
  return memory_fails() ? nullptr : __libc_realloc(memory, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return memory_fails() ? nullptr : __libc_memalign(alignment, size);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
  if (memory_fails()) return ENOMEM;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}
}
