//go:build tools

package tools

import _ "github.com/mccutchen/go-httpbin/v2/cmd/go-httpbin"
