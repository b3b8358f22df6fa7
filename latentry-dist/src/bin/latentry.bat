@echo off
rem Runs Latentry from an unpacked archive. All that it needs is Java 17 or newer.
rem   LATENTRY_JAVA   the java program, or the home of a Java (otherwise JAVA_HOME, otherwise the path)
rem   LATENTRY_HEAP   the most memory for Java objects, such as 8g (otherwise half of the machine's)
setlocal
set "LIB=%~dp0..\lib"
if not exist "%LIB%\latentry.jar" (
  echo latentry: %LIB%\latentry.jar: not there ^(expected: the archive, unpacked whole^); unpack it again 1>&2
  exit /b 1
)
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
if defined LATENTRY_JAVA set "JAVA=%LATENTRY_JAVA%"
if exist "%JAVA%\bin\java.exe" set "JAVA=%JAVA%\bin\java.exe"
"%JAVA%" -version >nul 2>&1
if errorlevel 1 (
  echo latentry: java: %JAVA% cannot be run ^(expected: Java, 17 or newer^); install one, or set JAVA_HOME 1>&2
  exit /b 1
)
set "HEAP=-XX:MaxRAMPercentage=50"
if defined LATENTRY_HEAP set "HEAP=-Xmx%LATENTRY_HEAP%"
rem Java's best compiler comes six times later: in a short run it costs more than it brings.
set "GC=-XX:+UseParallelGC -XX:MaxNewSize=512m -XX:Tier4InvocationThreshold=30000 -XX:Tier4MinInvocationThreshold=4000 -XX:Tier4CompileThreshold=90000 -XX:Tier4BackEdgeThreshold=240000"
rem A service has 256 MB in memory from the start, unless it is told of its heap.
set "FIRST=-Xms256m -XX:+AlwaysPreTouch"
for %%V in (LATENTRY_HEAP JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS) do if defined %%V set "FIRST="
set "SERVICE=-XX:+UseG1GC -XX:+UnlockExperimentalVMOptions -XX:+IgnoreUnrecognizedVMOptions -XX:G1ExpandByPercentOfAvailable=0 -XX:G1HeapRegionSize=2m -XX:MetaspaceSize=96m -XX:GCTimeRatio=1 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=50 -XX:G1PeriodicGCInterval=60000 %FIRST%"
if "%~1"=="serve" set "GC=%SERVICE%"
if "%~1"=="stream" set "GC=%SERVICE%"
"%JAVA%" %GC% %HEAP% -XX:-UsePerfData -Xshare:auto -Xlog:disable -Xlog:all=error:stderr -Dfile.encoding=UTF-8 "-Donnxruntime.native.path=%LIB%\ai\onnxruntime\native\win-x64" "-Dorg.bytedeco.javacpp.cachedir=%LOCALAPPDATA%\latentry\javacpp" "-Dlatentry.command=latentry" -jar "%LIB%\latentry.jar" %*
exit /b %ERRORLEVEL%
