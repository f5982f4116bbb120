# Builds the kernels for Arm with Debian's cross compiler and runs them under qemu-user.
# cmake -D SOURCE=... -D WORK=... -P arm_test.cmake
find_program(compiler aarch64-linux-gnu-g++)
find_program(emulator qemu-aarch64)
if(NOT compiler OR NOT emulator)
  message("skipped: needs the packages g++-aarch64-linux-gnu and qemu-user")
  return()
endif()

# The headers of this machine that do not depend on the architecture, and no others.
find_path(include hwy/highway.h PATHS /usr/include REQUIRED)
file(MAKE_DIRECTORY ${WORK}/include)
foreach(library hwy fmt)
  file(CREATE_LINK ${include}/${library} ${WORK}/include/${library} SYMBOLIC)
endforeach()
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${compiler} -std=c++20 -O2 -static -Wall -Wextra
  -DFMT_HEADER_ONLY -DHWY_COMPILE_ONLY_STATIC -I${SOURCE} -I${WORK}/include
  ${SOURCE}/tests/arm/kernels.cpp ${SOURCE}/tests/support/reference.cpp ${SOURCE}/common/error.cpp
  ${SOURCE}/common/matrix.cpp ${SOURCE}/common/packed_factor.cpp ${SOURCE}/common/product_kernels.cpp
  ${SOURCE}/embed/train/hogwild_kernels.cpp -o ${WORK}/kernels)
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND ${emulator} ${WORK}/kernels OUTPUT_VARIABLE output)
message("${output}")
if(NOT output MATCHES "^the kernels use NEON\n")
  message(FATAL_ERROR "expected the instruction set NEON")
endif()
