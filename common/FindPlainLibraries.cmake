# find_package(PlainLibraries COMPONENTS dnnl svm) gives the targets PlainLibraries::dnnl and
# PlainLibraries::svm: libraries without a package file, or with one that is of no use, as Debian's
# of oneDNN, which insists on OpenCL. It is installed, so that each machine finds its own.
include(FindPackageHandleStandardArgs)
foreach(name IN LISTS PlainLibraries_FIND_COMPONENTS)
  find_library(PlainLibraries_${name} ${name})
  mark_as_advanced(PlainLibraries_${name})
  if(PlainLibraries_${name})
    set(PlainLibraries_${name}_FOUND TRUE)
    if(NOT TARGET PlainLibraries::${name})
      add_library(PlainLibraries::${name} UNKNOWN IMPORTED)
      set_target_properties(PlainLibraries::${name} PROPERTIES
        IMPORTED_LOCATION ${PlainLibraries_${name}})
    endif()
  endif()
endforeach()
find_package_handle_standard_args(PlainLibraries HANDLE_COMPONENTS
  REQUIRED_VARS PlainLibraries_FIND_COMPONENTS)
