# Runs the planted race and expects the thread sanitizer to report it, and nothing else.
# cmake -D PROGRAM=... -P planted_race_test.cmake
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE exit_code ERROR_VARIABLE report)
string(REGEX MATCHALL "SUMMARY: [^\n]*" found "${report}")
if(exit_code EQUAL 0 OR NOT found MATCHES "^SUMMARY: ThreadSanitizer: data race [^ ;]*planted_race.cpp:[^;]*$")
  message(FATAL_ERROR "expected one data race in planted_race.cpp, found exit code ${exit_code} and:\n${report}")
endif()
