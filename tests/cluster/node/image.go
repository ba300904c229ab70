package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path"
	"runtime"
	"strings"
)

// fileList collects repeated -file SOURCE=/DESTINATION flags.
type fileList []string

func (f *fileList) String() string { return strings.Join(*f, " ") }

func (f *fileList) Set(value string) error {
	if source, destination, ok := strings.Cut(value, "="); !ok || source == "" || !path.IsAbs(destination) {
		return fmt.Errorf("want SOURCE=/DESTINATION, got %q", value)
	}
	*f = append(*f, value)
	return nil
}

// writeImage is the program "image": a one-layer image as an OCI-layout tar, for the images that
// the node itself needs (pause), so that it depends on no registry, no engine and nothing else
// that must be built first.
func writeImage(args []string) int {
	flags := flag.NewFlagSet("image", flag.ExitOnError)
	var files fileList
	ref := flags.String("ref", "", "full name of the image, as pods will write it")
	out := flags.String("out", "", "tar to write")
	flags.Var(&files, "file", "SOURCE=/DESTINATION, executable; may be repeated")
	_ = flags.Parse(args[1:]) // ExitOnError
	if *ref == "" || *out == "" || len(files) == 0 || flags.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: node image -ref NAME -out TAR -file SOURCE=/DESTINATION... ENTRYPOINT [ARG...]")
		return 2
	}
	if err := imageTar(*out, *ref, files, flags.Args()); err != nil {
		fmt.Fprintf(os.Stderr, "node image: cannot write %s: %v\n", *out, err)
		return 1
	}
	return 0
}

// descriptor is the OCI content descriptor (OCI image specification, descriptor.md).
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int               `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

func imageTar(out, ref string, files fileList, entrypoint []string) error {
	var layer bytes.Buffer
	layerTar := tar.NewWriter(&layer)
	for _, file := range files {
		source, destination, _ := strings.Cut(file, "=")
		content, err := os.ReadFile(source)
		if err != nil {
			return err
		}
		if err := tarFile(layerTar, strings.TrimPrefix(path.Clean(destination), "/"), 0o755, content); err != nil {
			return err
		}
	}
	if err := layerTar.Close(); err != nil {
		return err
	}
	var zipped bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	if _, err := zip.Write(layer.Bytes()); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}

	var whole bytes.Buffer
	archive := tar.NewWriter(&whole)
	blob := func(mediaType string, content []byte) (descriptor, error) {
		sum := fmt.Sprintf("%x", sha256.Sum256(content))
		return descriptor{MediaType: mediaType, Digest: "sha256:" + sum, Size: len(content)},
			tarFile(archive, "blobs/sha256/"+sum, 0o644, content)
	}
	jsonBlob := func(mediaType string, document any) (descriptor, error) {
		content, err := json.Marshal(document)
		if err != nil {
			return descriptor{}, err
		}
		return blob(mediaType, content)
	}

	layerDescriptor, err := blob("application/vnd.oci.image.layer.v1.tar+gzip", zipped.Bytes())
	if err != nil {
		return err
	}
	config, err := jsonBlob("application/vnd.oci.image.config.v1+json", map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"Entrypoint": entrypoint, "Env": []string{"PATH=/bin"}},
		"rootfs": map[string]any{
			"type":     "layers",
			"diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer.Bytes()))},
		},
	})
	if err != nil {
		return err
	}
	manifest, err := jsonBlob("application/vnd.oci.image.manifest.v1+json", map[string]any{
		"schemaVersion": 2,
		"mediaType":     "application/vnd.oci.image.manifest.v1+json",
		"config":        config,
		"layers":        []descriptor{layerDescriptor},
	})
	if err != nil {
		return err
	}
	// containerd names an imported image by this annotation.
	manifest.Annotations = map[string]string{"io.containerd.image.name": ref}
	index, err := json.Marshal(map[string]any{
		"schemaVersion": 2,
		"mediaType":     "application/vnd.oci.image.index.v1+json",
		"manifests":     []descriptor{manifest},
	})
	if err != nil {
		return err
	}
	if err := tarFile(archive, "index.json", 0o644, index); err != nil {
		return err
	}
	if err := tarFile(archive, "oci-layout", 0o644, []byte(`{"imageLayoutVersion":"1.0.0"}`)); err != nil {
		return err
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return os.WriteFile(out, whole.Bytes(), 0o644)
}

func tarFile(archive *tar.Writer, name string, mode int64, content []byte) error {
	if err := archive.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(content)), Format: tar.FormatUSTAR}); err != nil {
		return err
	}
	_, err := archive.Write(content)
	return err
}
