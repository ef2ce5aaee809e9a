module handover.test/go-httpbin

go 1.26.4

require github.com/mccutchen/go-httpbin/v2 v2.26.0
