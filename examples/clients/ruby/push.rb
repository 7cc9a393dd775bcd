#!/usr/bin/env ruby
# frozen_string_literal: true

# push.rb LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]: tells CAKE what became of a lead.
#
# Environment: CAKE_URL (the method's URL) or CAKE_BASE_URL (scheme and host), and CAKE_API_KEY;
# CAKE_TIMEOUT, in whole seconds, 10 if not set.
# Exit codes: 0 updated, 10 rejected, 11 unknown; 64 wrong use, nothing sent.
# Needs Ruby 3.0 or later with REXML, which most builds of Ruby bring along.

require "json"
require "net/http"
require "rexml/document"
require "timeout"

MAX_ANSWER_BYTES = 1024 * 1024
OWN_PARAMETERS = %w[api_key lead_id status sub_status].freeze
REFUSALS = { 1 => "API key not valid", 2 => "lead not found", 3 => "status not recognised", 4 => "Lead Statuses not enabled" }.freeze
EXIT_CODES = { updated: 0, rejected: 10, unknown: 11 }.freeze

# One GET: [HTTP status, body]. Net::HTTP follows no redirect; max_retries = 0 keeps it from sending a GET again.
def get(uri, timeout)
  # The time-outs of Net::HTTP start anew with every byte: the whole is timed from outside.
  Timeout.timeout(timeout) do
    http = Net::HTTP.new(uri.host, uri.port)
    http.use_ssl = uri.scheme == "https"
    http.max_retries = 0
    http.start do
      http.request_get(uri.request_uri) do |response|
        body = +""
        response.read_body do |piece|
          body << piece
          raise IOError, "too large" if body.bytesize > MAX_ANSWER_BYTES
        end
        return [response.code.to_i, body]
      end
    end
  end
end

# The number in the only <code> of a <result>, in any namespace; nil where there is none. REXML lets pass what is no XML:
# text outside the root and control characters.
def read(body)
  document = REXML::Document.new(body)
  text = document.to_s
  return nil if document.doctype || text.match?(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)

  outside = document.children.grep(REXML::Text).map(&:to_s).join
  root = document.root
  return nil unless root&.name == "result" && outside.delete("\ufeff").strip.empty?
  return nil unless document.children.grep(REXML::Element).size == 1

  codes = root.elements.to_a.select { |element| element.name == "code" }
  return nil unless codes.size == 1 && codes[0].elements.empty?

  number = codes[0].texts.map(&:value).join.match(/\A[ \t\r\n]*0*([0-9]{1,9})[ \t\r\n]*\z/)
  number && number[1].to_i
rescue REXML::ParseException, REXML::UndefinedNamespaceException, ArgumentError, EncodingError, RuntimeError
  nil
end

# [outcome, reason], by the code alone: a refusal may come with HTTP 200, and its message is for people.
def update_lead_status(url, parameters, timeout)
  uri = URI(url)
  uri.query = URI.encode_www_form(parameters)
  status, body = get(uri, timeout)
  code = read(body)
  return [:unknown, "HTTP #{status} without a readable code"] if code.nil?
  return [:updated, "code 0"] if code.zero? && status == 200
  return [:rejected, "code #{code}, #{REFUSALS[code]}"] if REFUSALS.key?(code)

  [:unknown, "HTTP #{status} with code #{code}"]
rescue StandardError => e # its class only: its message may quote the URL, and so the key
  [:unknown, "no answer, #{e.class}"]
end

def stop(message)
  warn "push.rb: #{message}"
  exit 64
end

base = ENV.fetch("CAKE_BASE_URL", "").chomp("/")
url = ENV.fetch("CAKE_URL", "")
url = "#{base}/api/1/buyers.asmx/UpdateLeadStatus" if url.empty? && !base.empty?
key = ENV.fetch("CAKE_API_KEY", "")
stop("set CAKE_URL or CAKE_BASE_URL (http or https), and CAKE_API_KEY") if !url.match?(%r{\Ahttps?://.}) || key.empty?
lead_id, status, sub_status, fields_json = ARGV.map { |argument| argument.dup.force_encoding(Encoding::UTF_8) }
unless ARGV.size.between?(2, 4) && !lead_id.empty? && !status.empty?
  stop("usage: push.rb LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]")
end
begin
  fields = JSON.parse(fields_json || "{}")
rescue JSON::ParserError
  fields = nil
end
stop("FIELDS_JSON must be an object of strings") unless fields.is_a?(Hash) && fields.values.all?(String)
# CAKE ignores the case of a name and joins what it finds twice: "Status" would spoil "status".
if fields.keys.any? { |name| OWN_PARAMETERS.include?(name.downcase) }
  stop("a custom field has the name of one of CAKE's own parameters")
end
timeout = ENV.fetch("CAKE_TIMEOUT", "10")
stop("CAKE_TIMEOUT must be whole seconds") unless timeout.match?(/\A[1-9][0-9]{0,3}\z/)

parameters = { "api_key" => key, "lead_id" => lead_id, "status" => status }
parameters["sub_status"] = sub_status unless sub_status.to_s.empty?
outcome, reason = update_lead_status(url, parameters.merge(fields), timeout.to_i)
puts "#{outcome}: #{reason}"
exit EXIT_CODES.fetch(outcome)
