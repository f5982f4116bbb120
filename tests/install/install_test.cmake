# Installs the built project into a folder, moves that, builds the programs that use the library
# against it and runs them.
# cmake -D BUILD=... -D SOURCE=... -D WORK=... -D CXX=... -P install_test.cmake
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
file(WRITE ${WORK}/two.vec "2 2\none 1 0\ntwo 3 4\n")

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE output)
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect found expected)
  if(NOT found STREQUAL expected)
    message(FATAL_ERROR "expected: ${expected}\nfound: ${found}")
  endif()
endfunction()

set(prefix ${WORK}/prefix)
set(moved "${WORK}/moved elsewhere")
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
file(RENAME ${prefix} ${moved})

# No file names a folder of the machine that it was built on.
foreach(folder IN ITEMS ${prefix} ${BUILD} ${SOURCE})
  execute_process(COMMAND grep -rlF -e ${folder} . WORKING_DIRECTORY ${moved} OUTPUT_VARIABLE named)
  expect("${named}" "")
endforeach()

run(${CMAKE_COMMAND} -S ${SOURCE}/tests/install -B ${WORK}/build -G Ninja
  "-DCMAKE_PREFIX_PATH=${moved}" -DCMAKE_CXX_COMPILER=${CXX})
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/use_common ${WORK}/two.vec)
expect("${output}" "20 bytes, 25\n")
run(${WORK}/build/use_embed ${WORK}/two.vec)
expect("${output}" "2 words, the first two are 0.600 alike\n")
run(${WORK}/build/use_classify)
expect("${output}" "class 1\n")

run(${moved}/bin/wordkin --version)
foreach(file IN ITEMS man/man1/wordkin.1 man/man1/wordkin-sentiment-train.1 wordkin/bias/gender-en.json
    bash-completion/completions/wordkin zsh/site-functions/_wordkin fish/vendor_completions.d/wordkin.fish)
  if(NOT EXISTS ${moved}/share/${file})
    message(FATAL_ERROR "${file} was not installed")
  endif()
endforeach()
