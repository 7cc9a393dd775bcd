// push LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]: tells CAKE what became of a lead.
//
// Environment: CAKE_URL (the method's URL) or CAKE_BASE_URL (scheme and host), and CAKE_API_KEY; CAKE_TIMEOUT, in whole
// seconds, 10 if not set. Exit codes: 0 updated, 10 rejected, 11 unknown; 64 wrong use, nothing sent.
// Needs Go 1.19 or later and nothing else.
package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	updated  = 0
	rejected = 10
	unknown  = 11
	wrongUse = 64

	maxAnswerBytes = 1024 * 1024
)

var refusals = map[int]string{1: "API key not valid", 2: "lead not found", 3: "status not recognised", 4: "Lead Statuses not enabled"}

func main() {
	address, query, timeout := arguments()
	outcome, reason := updateLeadStatus(address, query, timeout)
	word := map[int]string{updated: "updated", rejected: "rejected", unknown: "unknown"}[outcome]
	fmt.Printf("%s: %s\n", word, reason)
	os.Exit(outcome)
}

// updateLeadStatus decides by the code alone: a refusal may come with HTTP 200, and its message is for people. The reason
// is safe to log: it never holds the API key.
func updateLeadStatus(address string, query url.Values, timeout time.Duration) (int, string) {
	status, body, err := get(address+"?"+query.Encode(), timeout)
	if err != nil {
		// Its message would quote the URL, and so the key.
		return unknown, "no answer"
	}
	code, err := read(body)
	if err != nil {
		return unknown, fmt.Sprintf("HTTP %d without a readable code", status)
	}
	if code == 0 && status == http.StatusOK {
		return updated, "code 0"
	}
	if reason, ok := refusals[code]; ok {
		return rejected, fmt.Sprintf("code %d, %s", code, reason)
	}
	return unknown, fmt.Sprintf("HTTP %d with code %d", status, code)
}

// get sends one GET. Nothing is repeated, and no redirect is followed: the key is in the query, and goes to no other host.
func get(address string, timeout time.Duration) (int, []byte, error) {
	// One request and one connection: Go repeats a GET only where it used a connection that was open already.
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	client := http.Client{
		Timeout:       timeout, // of the whole call, the body included
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Get(address)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes+1))
	if err == nil && len(body) > maxAnswerBytes {
		err = errors.New("the answer is too large")
	}
	return response.StatusCode, body, err
}

var number = regexp.MustCompile(`^[ \t\r\n]*0*([0-9]{1,9})[ \t\r\n]*$`)

// read returns the number in the only <code> of a <result>, in any namespace. encoding/xml lets pass what is no XML: text
// outside the root, a second root, prefixes that nobody declared. So the whole document is read, token by token.
func read(body []byte) (int, error) {
	wrong := errors.New("not an answer of CAKE")
	decoder := xml.NewDecoder(bytes.NewReader(body))
	decoder.CharsetReader = latin
	namespaces := map[string]bool{"": true, "xml": true, "http://www.w3.org/XML/1998/namespace": true}
	var path []string
	var text strings.Builder
	roots, codes := 0, 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		switch token := token.(type) {
		case xml.Directive:
			return 0, errors.New("CAKE's answer has no DOCTYPE")
		case xml.StartElement:
			seen := map[xml.Name]bool{}
			for _, attribute := range token.Attr {
				if seen[attribute.Name] {
					return 0, wrong
				}
				seen[attribute.Name] = true
				if attribute.Name.Space == "xmlns" || attribute.Name == (xml.Name{Local: "xmlns"}) {
					namespaces[attribute.Value] = true
				}
			}
			if !namespaces[token.Name.Space] {
				return 0, wrong
			}
			path = append(path, token.Name.Local)
			if len(path) == 1 {
				roots++
			}
			if len(path) == 2 && token.Name.Local == "code" {
				codes++
			}
			if len(path) == 3 && path[1] == "code" || len(path) == 1 && token.Name.Local != "result" || roots > 1 {
				return 0, wrong
			}
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) == 0 && strings.Trim(string(token), " \t\r\n\ufeff") != "" {
				return 0, wrong
			}
			if len(path) == 2 && path[1] == "code" {
				text.Write(token)
			}
		}
	}
	found := number.FindStringSubmatch(text.String())
	if codes != 1 || found == nil {
		return 0, wrong
	}
	return strconv.Atoi(found[1])
}

// latin reads the one other encoding that old servers write.
func latin(name string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "iso-8859-1", "us-ascii", "windows-1252":
	default:
		return nil, errors.New("an encoding that nobody knows")
	}
	raw, err := io.ReadAll(input)
	runes := make([]rune, len(raw))
	for i, b := range raw {
		runes[i] = rune(b)
	}
	return strings.NewReader(string(runes)), err
}

// arguments reads where to send what, and how long to wait; it ends the program where that makes no sense.
func arguments() (string, url.Values, time.Duration) {
	address, base, key := os.Getenv("CAKE_URL"), strings.TrimRight(os.Getenv("CAKE_BASE_URL"), "/"), os.Getenv("CAKE_API_KEY")
	if address == "" && base != "" {
		address = base + "/api/1/buyers.asmx/UpdateLeadStatus"
	}
	if !regexp.MustCompile("^https?://.").MatchString(address) || key == "" {
		stop("set CAKE_URL or CAKE_BASE_URL (http or https), and CAKE_API_KEY")
	}
	given := os.Args[1:]
	if len(given) < 2 || len(given) > 4 || given[0] == "" || given[1] == "" {
		stop("usage: push LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]")
	}
	query := url.Values{"api_key": {key}, "lead_id": {given[0]}, "status": {given[1]}}
	if len(given) > 2 && given[2] != "" {
		query.Set("sub_status", given[2])
	}
	if len(given) > 3 {
		var fields map[string]string
		if json.Unmarshal([]byte(given[3]), &fields) != nil {
			stop("FIELDS_JSON must be an object of strings")
		}
		for name, value := range fields {
			// CAKE ignores the case of a name and joins what it finds twice: "Status" would spoil "status".
			switch strings.ToLower(name) {
			case "api_key", "lead_id", "status", "sub_status":
				stop("a custom field has the name of one of CAKE's own parameters")
			}
			query.Set(name, value)
		}
	}
	seconds := 10
	if text := os.Getenv("CAKE_TIMEOUT"); text != "" {
		var err error
		if seconds, err = strconv.Atoi(text); err != nil || seconds < 1 || seconds > 9999 {
			stop("CAKE_TIMEOUT must be whole seconds")
		}
	}
	return address, query, time.Duration(seconds) * time.Second
}

func stop(message string) {
	fmt.Fprintln(os.Stderr, "push: "+message)
	os.Exit(wrongUse)
}
