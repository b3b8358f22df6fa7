package io.latentry.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The Java that others compile against, compared with what it was at the last release: a line a
 * type or member in {@code src/test/resources/api.txt}, whose first line is the version. What is
 * gone breaks callers, and so does what they would have to implement anew; both need a version that
 * says so.
 *
 * <p>Run with {@code -Dlatentry.api.write=true}, the test writes the file: once a release, and
 * where a version that may break has broken something.
 */
final class ApiTest {
  /** The packages that CHANGELOG.md calls public, and the module of each. */
  private static final Set<String> PUBLIC =
      Set.of(
          "latentry-library/src/main/java/io/latentry",
          "latentry-scoring/src/main/java/io/latentry/model",
          "latentry-scoring/src/main/java/io/latentry/arrow",
          "latentry-core/src/main/java/io/latentry/core/verdict",
          "latentry-client/src/main/java/io/latentry/client");

  private static final Path KEPT = Command.ROOT.resolve("latentry-it/src/test/resources/api.txt");
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)(-SNAPSHOT)?");

  @Test
  void whatCallersUseIsStillThere() throws Exception {
    SortedSet<String> now = signatures();
    String version = projectVersion();
    if (Boolean.getBoolean("latentry.api.write")) {
      Files.writeString(KEPT, version + "\n" + String.join("\n", now) + "\n");
    }
    List<String> kept = Files.readAllLines(KEPT);
    List<String> before = kept.subList(1, kept.size());

    if (!mayBreak(kept.get(0), version)) {
      assertThat(breaks(before, now))
          .as(
              "breaks programs written for %s (see CONTRIBUTING.md, A public signature)",
              kept.get(0))
          .isEmpty();
    }
    assertThat(now).hasSizeGreaterThan(100);
  }

  @Test
  void whatIsGoneAndWhatCallersWouldHaveToAddAreFound() {
    List<String> before =
        List.of("type A", "A method int size()", "type B (interface)", "B method void tell()");

    assertThat(breaks(before, new TreeSet<>(before))).isEmpty();
    assertThat(breaks(before, new TreeSet<>(Set.of("type A", "type B (interface)"))))
        .containsExactly("gone: A method int size()", "gone: B method void tell()");
    SortedSet<String> more = new TreeSet<>(before);
    more.add("A method int width()");
    more.add("A method abstract int height()");
    more.add("type C");
    more.add("C method abstract int area()");
    assertThat(breaks(before, more)).containsExactly("to be added: A method abstract int height()");
  }

  @Test
  void theVersionSaysWhetherCallersMayBreak() {
    assertThat(mayBreak("0.1.0", "0.1.1-SNAPSHOT")).isFalse();
    assertThat(mayBreak("0.1.0", "0.2.0-SNAPSHOT")).isTrue();
    assertThat(mayBreak("1.2.0", "1.3.0-SNAPSHOT")).isFalse();
    assertThat(mayBreak("1.2.0", "2.0.0")).isTrue();
    assertThat(mayBreak("0.1.0-SNAPSHOT", "0.1.0-SNAPSHOT")).isFalse();
  }

  @Test
  void thePagesNameThePackages() throws IOException {
    String changes = Files.readString(Command.ROOT.resolve("CHANGELOG.md"));

    assertThat(PUBLIC)
        .allSatisfy(folder -> assertThat(changes).contains("`" + packageOf(folder) + "`"));
  }

  private static List<String> breaks(List<String> before, SortedSet<String> now) {
    Set<String> known = Set.copyOf(before);
    Stream<String> gone = before.stream().filter(line -> !now.contains(line)).map("gone: "::concat);
    Stream<String> toAdd =
        now.stream()
            .filter(line -> line.contains(" method abstract ") && !known.contains(line))
            .filter(line -> before.stream().anyMatch(type -> isOf(line, type)))
            .map("to be added: "::concat);
    return Stream.concat(gone, toAdd).toList();
  }

  private static boolean isOf(String member, String type) {
    return type.startsWith("type ")
        && type.split(" ", -1)[1].equals(member.substring(0, member.indexOf(' ')));
  }

  /** Below 1 the second number says that something broke, from then on the first. */
  private static boolean mayBreak(String before, String now) {
    Matcher old = version(before);
    Matcher young = version(now);
    return !old.group(1).equals(young.group(1))
        || (old.group(1).equals("0") && !old.group(2).equals(young.group(2)));
  }

  private static Matcher version(String text) {
    Matcher version = VERSION.matcher(text);
    assertThat(version.matches()).as(text).isTrue();
    return version;
  }

  private static String projectVersion() throws IOException {
    Matcher version =
        Pattern.compile("(?m)^  <version>(.*)</version>")
            .matcher(Files.readString(Command.ROOT.resolve("pom.xml")));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  private static SortedSet<String> signatures() throws IOException, ReflectiveOperationException {
    SortedSet<String> lines = new TreeSet<>();
    for (String folder : PUBLIC) {
      try (Stream<Path> files = Files.list(Command.ROOT.resolve(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          if (!name.equals("package-info")) {
            add(Class.forName(packageOf(folder) + "." + name, false, loader()), lines);
          }
        }
      }
    }
    return lines;
  }

  private static ClassLoader loader() {
    return ApiTest.class.getClassLoader();
  }

  private static String packageOf(String folder) {
    return folder.substring(folder.indexOf("io/")).replace('/', '.');
  }

  private static void add(Class<?> type, SortedSet<String> lines) {
    if (!Modifier.isPublic(type.getModifiers())) {
      return;
    }
    String kind =
        type.isInterface()
            ? " (interface)"
            : type.isEnum() ? " (enum)" : type.isRecord() ? " (record)" : "";
    lines.add("type " + type.getName() + kind);
    Stream.of(type.getGenericSuperclass())
        .filter(parent -> parent != null && parent != Object.class)
        .forEach(parent -> lines.add(type.getName() + " extends " + parent.getTypeName()));
    Arrays.stream(type.getGenericInterfaces())
        .forEach(parent -> lines.add(type.getName() + " implements " + parent.getTypeName()));
    members(type.getDeclaredFields())
        .forEach(f -> lines.add(type.getName() + " field " + isStatic(f) + typed((Field) f)));
    members(type.getDeclaredConstructors())
        .forEach(c -> lines.add(type.getName() + " constructor " + signature((Executable) c)));
    members(type.getDeclaredMethods())
        .forEach(m -> lines.add(type.getName() + " method " + told((Method) m)));
    for (Class<?> inner : type.getDeclaredClasses()) {
      add(inner, lines);
    }
  }

  private static Stream<Member> members(Member[] all) {
    return Arrays.stream(all)
        .filter(m -> !m.isSynthetic())
        .filter(m -> (m.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0);
  }

  private static String typed(Field field) {
    return field.getGenericType().getTypeName() + " " + field.getName();
  }

  private static String told(Method method) {
    String made = Modifier.isAbstract(method.getModifiers()) ? "abstract " : "";
    return made
        + isStatic(method)
        + method.getGenericReturnType().getTypeName()
        + " "
        + method.getName()
        + signature(method);
  }

  private static String isStatic(Member member) {
    return Modifier.isStatic(member.getModifiers()) ? "static " : "";
  }

  private static String signature(Executable executable) {
    String parameters =
        String.join(
            ", ",
            Arrays.stream(executable.getGenericParameterTypes())
                .map(t -> t.getTypeName())
                .toList());
    String thrown =
        String.join(
            ", ",
            Arrays.stream(executable.getGenericExceptionTypes())
                .map(t -> t.getTypeName())
                .sorted()
                .toList());
    return "(" + parameters + ")" + (thrown.isEmpty() ? "" : " throws " + thrown);
  }
}
