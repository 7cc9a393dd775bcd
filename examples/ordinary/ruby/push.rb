#!/usr/bin/env ruby
# frozen_string_literal: true

# Sends one lead's status to CAKE.

require "json"
require "net/http"
require "rexml/document"

UPDATED = 0
REJECTED = 10
UNKNOWN = 11

def parameters
  parameters = {
    "api_key" => ENV.fetch("CAKE_API_KEY"),
    "lead_id" => ENV.fetch("CAKE_LEAD_ID"),
    "status" => ENV.fetch("CAKE_STATUS")
  }
  sub_status = ENV.fetch("CAKE_SUB_STATUS", "")
  parameters["sub_status"] = sub_status unless sub_status.empty?
  parameters.merge(JSON.parse(ENV.fetch("CAKE_FIELDS", "{}")))
end

def send_update
  uri = URI(ENV.fetch("CAKE_URL"))
  uri.query = URI.encode_www_form(parameters)
  options = { use_ssl: uri.scheme == "https", open_timeout: 5, read_timeout: 10 }
  Net::HTTP.start(uri.host, uri.port, options) { |http| http.request(Net::HTTP::Get.new(uri)) }
end

# The code of CAKE's answer, nil where there is none.
def code_of(response)
  unless response.is_a?(Net::HTTPSuccess)
    warn "CAKE answered HTTP #{response.code}"
    return nil
  end
  result = REXML::Document.new(response.body).root
  code = result&.elements&.[]("code")&.text
  puts "code #{code}: #{result&.elements&.[]("msg")&.text}"
  code&.strip
end

begin
  outcome =
    case code_of(send_update)
    when "0" then UPDATED
    when "1", "2", "3", "4" then REJECTED
    else UNKNOWN
    end
rescue SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError,
       Net::ProtocolError, Net::HTTPBadResponse, REXML::ParseException => e
  warn "#{e.class}: #{e.message}"
  outcome = UNKNOWN
end
exit outcome
