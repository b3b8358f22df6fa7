package io.latentry.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import io.latentry.core.artifact.Manifest;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who vouches for an artifact, and for what of it. */
final class SignatureTest {
  private static final Path GOLDEN =
      Path.of("..", "latentry-it", "src", "test", "resources", "golden", "v1", "model.onnx");

  @TempDir Path folder;
  private Path key;
  private Path model;

  @BeforeEach
  void aModelAndAKey() throws IOException {
    model = Files.copy(GOLDEN, folder.resolve("model.onnx"));
    key = folder.resolve("release.key");
    String unused = SigningKeys.create(key);
  }

  @Test
  void aSignedModelIsOpenedByWhoeverTrustsItsKeyAndByWhoeverTrustsNobody() throws IOException {
    SigningKeys keys = SigningKeys.read(key);
    assertRefused("signature: none (expected: one by a key of ");
    keys.sign(model);
    try (Scorer trusting = open(key);
        Scorer careless = Scorer.open(model);
        Scorer unsigned = Scorer.open(GOLDEN)) {
      assertThat(trusting.signer()).contains(keys.name());
      assertThat(unsigned.signer()).isEmpty();
      var rows = unsigned.probes().samples(unsigned.manifest().schema());
      assertThat(trusting.judge(rows).score(0)).isEqualTo(unsigned.judge(rows).score(0));
      assertThat(careless.judge(rows).score(1)).isEqualTo(unsigned.judge(rows).score(1));
    }
  }

  @Test
  void aSignatureByAnotherKeyOrByNoneIsRefused() throws IOException {
    Path other = folder.resolve("other.key");
    String unused = SigningKeys.create(other);
    SigningKeys.read(other).sign(model);
    assertRefused("signature: by key '" + SigningKeys.read(other).name() + "' (expected: by ");

    // It says that it is by our key.
    write(
        ArtifactSignature.METADATA_KEY,
        file()
            .metadata()
            .get(ArtifactSignature.METADATA_KEY)
            .replace(SigningKeys.read(other).name(), SigningKeys.read(key).name()));
    assertRefused("signature: not of this content");
    for (String nonsense :
        new String[] {"", "ed25519", "rsa a b", "ed25519 a !", "ed25519 a b c"}) {
      write(ArtifactSignature.METADATA_KEY, nonsense);
      assertRefused("latentry.signature: not readable");
    }

    SigningKeys.read(key).sign(model);
    open(key).close();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPrivateKeyThatOthersMayReadSignsNothing() throws IOException {
    for (String modes : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(modes));
      assertThatThrownBy(() -> SigningKeys.read(key))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(modes + " (expected: rw-------, since ")
          .hasMessageContaining("chmod 600 ");
    }
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
    SigningKeys.read(key).sign(model);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFileOfTrustedKeysThatEverybodyMayWriteIsNotTrusted() throws IOException {
    Path trusted = folder.resolve("release.key.pub");
    Files.setPosixFilePermissions(trusted, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> TrustedKeys.read(trusted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rw-rw-rw- (expected: not written by everybody");
    Files.setPosixFilePermissions(trusted, PosixFilePermissions.fromString("rw-rw-r--"));
    TrustedKeys unused = TrustedKeys.read(trusted);
  }

  @Test
  void aPairWhoseSecondFileIsTakenLeavesNoHalfBehind() throws IOException {
    Path taken = Files.createFile(folder.resolve("half.key.pub"));
    assertThatThrownBy(() -> SigningKeys.create(folder.resolve("half.key")))
        .hasMessageContaining("half.key.pub");
    assertThat(folder.resolve("half.key")).doesNotExist();
    assertThat(taken).isEmptyFile();
  }

  @Test
  void nothingThatAHostReadsCanBeChangedAfterwards() throws IOException {
    SigningKeys.read(key).sign(model);
    byte[] signed = Files.readAllBytes(model);
    String manifest = file().metadata().get(Manifest.METADATA_KEY);
    String probes = file().metadata().get(Manifest.PROBES_KEY);

    write(Manifest.METADATA_KEY, manifest.replaceFirst("(\"score\":)[^,]+", "$150.0"));
    seal();
    Scorer.open(model).close();
    assertRefused("signature: not of this content");

    Files.write(model, signed);
    write(Manifest.PROBES_KEY, probes + " ");
    seal();
    Scorer.open(model).close();
    assertRefused("signature: not of this content");

    // The digest is over the texts in a row, and so does not see this.
    Files.write(model, signed);
    write(Manifest.METADATA_KEY, manifest + " ");
    write(Manifest.PROBES_KEY, " " + probes);
    seal();
    String moved = file().metadata().get(Digest.METADATA_KEY);
    write(Manifest.METADATA_KEY, manifest + "  ");
    write(Manifest.PROBES_KEY, probes);
    seal();
    assertThat(file().metadata()).containsEntry(Digest.METADATA_KEY, moved);
    assertRefused("signature: not of this content");

    // A remark of the model is read by nobody, and so by no signature.
    byte[] remarked = java.util.Arrays.copyOf(signed, signed.length + 3);
    remarked[signed.length] = (6 << 3) | 2;
    remarked[signed.length + 1] = 1;
    remarked[signed.length + 2] = 'x';
    Files.write(model, remarked);
    assertRefused("model: field 6");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "POSIX permissions")
  void thePrivateKeyIsItsOwnersAloneAndIsNeverWrittenOver() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(folder.resolve("release.key.pub")).content().doesNotContain("PRIVATE");
    assertThatThrownBy(() -> SigningKeys.create(key))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void keysThatAreNoneAreRefusedInWords() throws IOException {
    Path pub = folder.resolve("release.key.pub");
    assertThatThrownBy(() -> SigningKeys.read(pub))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 private keys (expected: 1");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "nothing");
    assertThatThrownBy(() -> TrustedKeys.read(empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no public key (expected: PEM");
    // The public key of another pair.
    Path other = folder.resolve("other.key");
    String unused = SigningKeys.create(other);
    Files.copy(
        folder.resolve("other.key.pub"), pub, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> SigningKeys.read(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("its public key is not beside it");
    // Several in one file, as a list of who is trusted.
    Path both = folder.resolve("both.pem");
    Files.writeString(both, Files.readString(pub) + "a remark\n" + Files.readString(key));
    SigningKeys.read(other).sign(model);
    Scorer.open(model, ScorerOptions.threads(1).trusting(Optional.of(TrustedKeys.read(both))))
        .close();
  }

  @Test
  void aFileThatIsNoArtifactIsNotSigned() throws IOException {
    byte[] damaged = Files.readAllBytes(model);
    damaged[damaged.length / 2] ^= 1;
    Files.write(model, damaged);
    SigningKeys keys = SigningKeys.read(key);
    assertThatThrownBy(() -> keys.sign(model)).isInstanceOf(ArtifactException.class);
    assertThat(Files.readAllBytes(model)).isEqualTo(damaged);
  }

  private Scorer open(Path trusted) throws IOException {
    Path pub = trusted.resolveSibling(trusted.getFileName() + ".pub");
    return Scorer.open(
        model, ScorerOptions.threads(1).trusting(Optional.of(TrustedKeys.read(pub))));
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(() -> open(key).close())
        .isInstanceOf(ArtifactException.class)
        .hasMessageContaining(reason);
  }

  private OnnxFile file() throws IOException {
    return OnnxFile.parse(Files.readAllBytes(model));
  }

  private void write(String name, String text) throws IOException {
    Files.write(model, file().withMetadata(name, text));
  }

  private void seal() throws IOException {
    OnnxFile file = file();
    write(
        Digest.METADATA_KEY,
        Digest.of(
            file.graph(),
            file.metadata().get(Manifest.METADATA_KEY),
            file.metadata().get(Manifest.PROBES_KEY)));
  }
}
