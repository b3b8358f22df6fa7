@echo off
rem Runs Latentry from an unpacked archive. All that it needs is Java 17 or newer.
rem   LATENTRY_JAVA   the java program, or the home of a Java (otherwise JAVA_HOME, otherwise the path)
rem   LATENTRY_HEAP   the most memory for Java objects, such as 8g (otherwise half of the machine's)
rem   LATENTRY_CACHE  a folder for what a fit unpacks, or off (otherwise latentry in LOCALAPPDATA)
rem Nothing that may have a parenthesis in it, as folders of programs do, may be said between parentheses.
setlocal
set "LIB=%~dp0..\lib"
if not exist "%LIB%\latentry.jar" goto incomplete
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
if defined LATENTRY_JAVA set "JAVA=%LATENTRY_JAVA%"
if exist "%JAVA%\bin\java.exe" set "JAVA=%JAVA%\bin\java.exe"
set "VERSION="
rem A command that begins with a quote would lose it here.
for /f "tokens=1-3" %%A in ('call "%JAVA%" -version 2^>^&1') do if "%%B"=="version" set "VERSION=%%~C"
if not defined VERSION goto nojava
for /f "delims=.-+_" %%V in ("%VERSION%") do set "MAJOR=%%V"
if %MAJOR% LSS 17 goto oldjava
set "HEAP=-XX:MaxRAMPercentage=50"
if not defined LATENTRY_HEAP goto heap
set "UNIT="
for /f "delims=0123456789" %%H in ("%LATENTRY_HEAP%") do set "UNIT=%%H"
for %%U in (k m g) do if /i "%UNIT%"=="%%U" set "UNIT="
if defined UNIT goto noheap
set "HEAP=-Xmx%LATENTRY_HEAP%"
:heap
set "CACHE=off"
if defined LOCALAPPDATA set "CACHE=%LOCALAPPDATA%\latentry"
if defined LATENTRY_CACHE set "CACHE=%LATENTRY_CACHE%"
set "UNPACKED="
if not "%CACHE%"=="off" set UNPACKED="-Dorg.bytedeco.javacpp.cachedir=%CACHE%\javacpp"
rem Java's best compiler comes six times later: in a short run it costs more than it brings.
set "GC=-XX:+UseParallelGC -XX:MaxNewSize=512m -XX:Tier4InvocationThreshold=30000 -XX:Tier4MinInvocationThreshold=4000 -XX:Tier4CompileThreshold=90000 -XX:Tier4BackEdgeThreshold=240000"
rem A service has 256 MB in memory from the start, unless it is told of its heap.
set "FIRST=-Xms256m -XX:+AlwaysPreTouch"
for %%V in (LATENTRY_HEAP JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS) do if defined %%V set "FIRST="
set "SERVICE=-XX:+UseG1GC -XX:+UnlockExperimentalVMOptions -XX:+IgnoreUnrecognizedVMOptions -XX:G1ExpandByPercentOfAvailable=0 -XX:G1HeapRegionSize=2m -XX:MetaspaceSize=96m -XX:GCTimeRatio=1 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=50 -XX:G1PeriodicGCInterval=60000 %FIRST%"
if "%~1"=="serve" set "GC=%SERVICE%"
if "%~1"=="stream" set "GC=%SERVICE%"
if %MAJOR% GEQ 23 set "GC=%GC% --sun-misc-unsafe-memory-access=allow"
"%JAVA%" %GC% %HEAP% -XX:-UsePerfData -Xshare:auto -Xlog:disable -Xlog:all=error:stderr -Dfile.encoding=UTF-8 "-Donnxruntime.native.path=%LIB%\ai\onnxruntime\native\win-x64" %UNPACKED% "-Dlatentry.command=latentry" -jar "%LIB%\latentry.jar" %*
exit /b %ERRORLEVEL%

:incomplete
>&2 echo latentry: "%LIB%\latentry.jar": not there (expected: the archive, unpacked whole); unpack it again
exit /b 1
:nojava
>&2 echo latentry: java: "%JAVA%" cannot be run (expected: Java, 17 or newer); install one, or set JAVA_HOME
exit /b 1
:oldjava
>&2 echo latentry: java: version %VERSION% at "%JAVA%" (expected: 17 or newer); set LATENTRY_JAVA or JAVA_HOME
exit /b 1
:noheap
>&2 echo latentry: LATENTRY_HEAP: "%LATENTRY_HEAP%" (expected: a size of 16m or more, such as 800m or 8g)
exit /b 2
