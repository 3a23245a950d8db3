Feature: Client IP address

  The client IP address is the one that trusted proxies report, not one that a client claims.

  Background:
    Given the operator has set rateLimit.login.points to 2

  Scenario Outline: <one> and <other> are the same client
    When 2 login requests come from <one>
    And 1 login request comes from <other>
    Then the request is rejected with 429 rate_limited

    Examples:
      | one                  | other                     |
      | 192.0.2.1            | ::ffff:192.0.2.1          |
      | 192.0.2.1            | ::ffff:c000:201           |
      | 192.0.2.1            | 192.0.2.1:4711            |
      | 2001:db8:0:1::1      | 2001:db8:0:1::2           |
      | 2001:db8:0:1::1      | 2001:db8:0:1:ffff:1:2:3   |
      | 2001:db8:0:1::1      | 2001:0DB8:0000:0001::0001 |
      | 2001:db8:0:1::1      | [2001:db8:0:1::7]:443     |

  Scenario Outline: <one> and <other> are different clients
    When 2 login requests come from <one>
    And 1 login request comes from <other>
    Then the request is not rate limited

    Examples:
      | one             | other           |
      | 192.0.2.1       | 192.0.2.2       |
      | 2001:db8:0:1::1 | 2001:db8:0:2::1 |
      | 192.0.2.1       | 2001:db8::1     |

  Scenario Outline: Addresses before that of the trusted proxy are ignored
    When 2 login requests come through the proxies "<one>"
    And 1 login request comes through the proxies "<other>"
    Then the request is rejected with 429 rate_limited

    Examples:
      | one                    | other                          |
      | 198.51.100.1,192.0.2.1 | 198.51.100.2,192.0.2.1         |
      | 192.0.2.1              | 198.51.100.9, ,x, 192.0.2.1    |
      | 198.51.100.1, garbage  | 198.51.100.2, other garbage    |

  Scenario: One more trusted proxy
    When 2 login requests come through the proxies "198.51.100.1, 192.0.2.1"
    And the operator sets server.trustedProxyHops to 2
    And 1 login request comes through the proxies "198.51.100.2, 192.0.2.1"
    Then the request is not rate limited

  Scenario: No trusted proxies
    Given the operator has set server.trustedProxyHops to 0
    When 2 login requests come from 192.0.2.1
    And 1 login request comes from 192.0.2.2
    Then the request is rejected with 429 rate_limited

  Scenario: An ignored X-Forwarded-For header is logged once
    Given the operator has set server.trustedProxyHops to 0
    When 2 login requests come through the proxies "192.0.2.1"
    And 1 login request comes through the proxies "192.0.2.2"
    Then the request is rejected with 429 rate_limited
    And the only warning in the log is "X-Forwarded-For received, but server.trustedProxyHops is 0: all clients behind the proxy share one rate limit"
