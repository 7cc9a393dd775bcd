// Command push-lead-status sends one lead's status to CAKE.
package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

const (
	updated  = 0
	rejected = 10
	unknown  = 11
)

// answer is what CAKE says of an update. Code is a string, because encoding/xml reads an empty number as 0.
type answer struct {
	XMLName xml.Name `xml:"result"`
	Code    string   `xml:"code"`
	Msg     string   `xml:"msg"`
}

var client = &http.Client{
	Timeout: 15 * time.Second,
	// The key is in the query, and goes to no other host.
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func main() {
	log.SetFlags(0)
	query, err := query()
	if err != nil {
		log.Fatal(err)
	}
	result, err := send(os.Getenv("CAKE_URL") + "?" + query.Encode())
	if err != nil {
		log.Print(err)
		os.Exit(unknown)
	}
	fmt.Printf("code %s: %s\n", result.Code, result.Msg)
	switch result.Code {
	case "0":
		os.Exit(updated)
	case "1", "2", "3", "4":
		os.Exit(rejected)
	default:
		os.Exit(unknown)
	}
}

// query collects the parameters of the update from the environment.
func query() (url.Values, error) {
	query := url.Values{}
	query.Set("api_key", os.Getenv("CAKE_API_KEY"))
	query.Set("lead_id", os.Getenv("CAKE_LEAD_ID"))
	query.Set("status", os.Getenv("CAKE_STATUS"))
	if subStatus := os.Getenv("CAKE_SUB_STATUS"); subStatus != "" {
		query.Set("sub_status", subStatus)
	}
	if fields := os.Getenv("CAKE_FIELDS"); fields != "" {
		var values map[string]string
		if err := json.Unmarshal([]byte(fields), &values); err != nil {
			return nil, fmt.Errorf("CAKE_FIELDS: %w", err)
		}
		for name, value := range values {
			query.Set(name, value)
		}
	}
	return query, nil
}

func send(address string) (*answer, error) {
	response, err := client.Get(address)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()

	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("cannot read the answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("CAKE answered %s", response.Status)
	}
	var result answer
	if err := xml.Unmarshal(body, &result); err != nil {
		return nil, fmt.Errorf("cannot parse the answer: %w", err)
	}
	result.Code = strings.TrimSpace(result.Code)
	return &result, nil
}
