import static java.lang.classfile.ClassFile.StackMapsOption.GENERATE_STACK_MAPS;

import module java.base;

/**
 * Rewrites the jars of a folder whose classes an AOT cache would pass over, in place.
 *
 * <p>A cache holds no class of a version before Java 6, for such classes have no stack maps and go
 * through a verifier whose findings it doesn't keep. Here they get stack maps and the first version
 * that must have them; their code stays as it is.
 *
 * <p>Nor does it hold a class of a signed jar, whose manifest has a digest for each of its files
 * and is read, whole, when the first class is loaded. Here the signature goes: Maven has checked
 * the jar, and nobody checks the signature of a library.
 *
 * <p>Entries keep their order and their times.
 *
 * <pre>java scripts/ArchivableJars.java FOLDER</pre>
 */
final class ArchivableJars {
  private static final int MAJOR_VERSION_OFFSET = 6;

  /** Java 7's: the first that is verified by stack maps alone. */
  private static final int TARGET_VERSION = 51;

  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

  void main(String[] arguments) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
      for (Path jar : jars) {
        if (hasOldClasses(jar) || isSigned(jar)) {
          rewrite(jar);
        }
      }
    }
  }

  private static boolean hasOldClasses(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        if (isClass(entry) && isOld(file.getInputStream(entry).readNBytes(8))) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean isSigned(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().anyMatch(ArchivableJars::isSignature);
    }
  }

  private static boolean isSignature(ZipEntry entry) {
    return SIGNATURE.matcher(entry.getName()).matches();
  }

  private static boolean isClass(ZipEntry entry) {
    return entry.getName().endsWith(".class");
  }

  private static boolean isOld(byte[] classFile) {
    return (classFile[MAJOR_VERSION_OFFSET] << 8 | classFile[MAJOR_VERSION_OFFSET + 1] & 0xff) < 50;
  }

  private static void rewrite(Path jar) throws IOException {
    Path partial = jar.resolveSibling(jar.getFileName() + ".partial");
    try (JarFile source = new JarFile(jar.toFile());
        ZipOutputStream target = new ZipOutputStream(Files.newOutputStream(partial))) {
      for (JarEntry entry : Collections.list(source.entries())) {
        if (!isSignature(entry)) {
          ZipEntry copy = new ZipEntry(entry.getName());
          copy.setTime(entry.getTime());
          target.putNextEntry(copy);
          target.write(archivable(entry, source));
          target.closeEntry();
        }
      }
    }
    Files.move(partial, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] archivable(JarEntry entry, JarFile jar) throws IOException {
    byte[] content = jar.getInputStream(entry).readAllBytes();
    if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
      return withoutDigests(content);
    }
    return isClass(entry) && isOld(content) ? withStackMaps(content, jar) : content;
  }

  private static byte[] withoutDigests(byte[] manifest) throws IOException {
    Manifest entries = new Manifest(new ByteArrayInputStream(manifest));
    entries.getEntries().clear();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    entries.write(bytes);
    return bytes.toByteArray();
  }

  private static byte[] withStackMaps(byte[] content, JarFile jar) {
    ClassFile classFile =
        ClassFile.of(
            GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(type -> open(jar, type))
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    ClassTransform newVersion =
        (builder, element) -> {
          if (element instanceof ClassFileVersion) {
            builder.withVersion(TARGET_VERSION, 0);
          } else if (element instanceof MethodModel method && method.code().isPresent()) {
            builder.transformMethod(method, MethodTransform.transformingCode(CodeBuilder::with));
          } else {
            builder.with(element);
          }
        };
    return classFile.transformClass(classFile.parse(content), newVersion);
  }

  private static InputStream open(JarFile jar, ClassDesc type) {
    String descriptor = type.descriptorString();
    String name = descriptor.substring(1, descriptor.length() - 1) + ".class";
    try {
      JarEntry entry = jar.getJarEntry(name);
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
