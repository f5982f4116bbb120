#pragma once

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace wordkin {

// Everything that the library throws on purpose. what() says where (path, line or byte offset),
// what was found, what was expected, and what to do about it.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A request that makes no sense as stated: an option out of range, a combination that is not there.
class UsageError : public Error {
 public:
  using Error::Error;
};

// The system refused to open, read, write, map or rename something.
class IoError : public Error {
 public:
  using Error::Error;
};

// Bytes that are not what their format promises.
class FormatError : public Error {
 public:
  using Error::Error;
};

// A computation left the finite numbers.
class NumericError : public Error {
 public:
  using Error::Error;
};

// A stop was requested through Monitor::stop.
class Interrupted : public Error {
 public:
  Interrupted() : Error("interrupted") {}
};

// "PATH: cannot ACTION: <text of error_number>".
IoError io_error(const std::filesystem::path& path, std::string_view action,
                 int error_number = errno);

// The start of `text`, a piece of some input, for a message: control bytes as \x1b, cut after 60
// bytes.
std::string excerpt(std::string_view text);

}  // namespace wordkin
