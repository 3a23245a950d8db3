Feature: Ambiguous and malformed HTTP requests

  They are rejected, since a proxy might interpret them differently (RFC 9112).

  @remote
  Scenario Outline: Rejected: <request>
    When a client sends a raw request with <request>
    Then the client receives 400 bad_request

    Examples:
      | request                                         |
      | two Host headers                                |
      | two Host headers in HTTP/1.0                    |
      | an invalid Host header in HTTP/1.0              |
      | an empty Host header                            |
      | an absolute target of another host              |
      | an absolute target with another port            |
      | an absolute target with another scheme          |
      | an absolute target with user information        |
      | an absolute target without a host               |
      | a matching absolute target and two Host headers |
      | an absolute target of another host in HTTP/1.0  |
      | the target * and the method GET                 |

  @remote
  Scenario Outline: Accepted: <request>
    When a client sends a raw request with <request>
    Then the client receives status 200 and the connection is closed

    Examples:
      | request                                          |
      | no Host header in HTTP/1.0                       |
      | an empty Host header in HTTP/1.0                 |
      | a Host header in HTTP/1.0                        |
      | a matching absolute target                       |
      | a matching absolute target in capital letters    |
      | a matching absolute target with the default port |
      | a matching absolute target with an empty port    |
      | a matching absolute https target                 |

  @remote
  Scenario: HTTP/1.0 request without a Host header for the address of the connection
    When a client sends a raw request with the URL of the health check in HTTP/1.0
    Then the client receives status 200 and the connection is closed

  @remote
  Scenario Outline: Absolute target with the path <path>
    When a client sends a raw request with an absolute target and the path "<path>"
    Then the client receives <status> <code> for the instance "<instance>"

    Examples:
      | path                   | status | code              | instance         |
      | /api/%68ealth          | 404    | not_found         | /api/%68ealth    |
      | /api/./health          | 404    | not_found         | /api/./health    |
      | //api/health           | 404    | not_found         | //api/health     |
      |                        | 404    | not_found         | /                |
      | ?format=plain          | 404    | not_found         | /                |
      | /api/version?format=no | 422    | validation_failed | /api/version     |
      | /api/health?x=%zz      | 400    | bad_request       | /api/health      |
      | /api/v1/users/me       | 401    | unauthorized      | /api/v1/users/me |

  @remote
  Scenario Outline: OPTIONS for the whole server: <request>
    When a client sends a raw request with <request>
    Then the client receives status 204 and the connection is closed

    Examples:
      | request                                       |
      | the target *                                  |
      | the target * in HTTP/1.0                      |
      | OPTIONS and an absolute target without a path |

  @remote
  Scenario Outline: Malformed: <request>
    When a client sends a raw request with <request>
    Then the client receives <status> <code>

    Examples:
      | request                              | status | code               |
      | no Host header                       | 400    | bad_request        |
      | an unknown method                    | 400    | bad_request        |
      | a space in the path                  | 400    | bad_request        |
      | HTTP version 9.9                     | 400    | bad_request        |
      | a relative target                    | 400    | bad_request        |
      | two Content-Length headers           | 400    | bad_request        |
      | Content-Length and Transfer-Encoding | 400    | bad_request        |
      | a negative Content-Length            | 400    | bad_request        |
      | an invalid chunk size                | 400    | bad_request        |
      | an invalid folded header             | 400    | bad_request        |
      | a NUL in a header                    | 400    | bad_request        |
      | a space before the colon of a header | 400    | bad_request        |
      | 100 kB of headers                    | 431    | headers_too_large  |
      | a target of 100 kB                   | 431    | headers_too_large  |
      | an unknown expectation               | 417    | expectation_failed |
      | the handshake of another protocol    | 400    | bad_request        |

  Scenario: A malformed request is logged and counted
    When a client sends a raw request with the handshake of another protocol
    Then the client receives 400 bad_request
    And the parse error is logged with the code HPE_INVALID_METHOD and its request ID
    And the metric 'rollcall_http_parse_errors_total{code="HPE_INVALID_METHOD"}' is 1

  Scenario: Garbage after a complete request does not replace its response
    When a client sends a raw request with garbage after it
    Then the client receives status 200 and then 400 bad_request

  @remote
  Scenario: The service stays available after malformed requests
    When a client sends a raw request with two Content-Length headers
    And a client sends a raw request with the handshake of another protocol
    And an anonymous client requests the health check
    Then the service is healthy
