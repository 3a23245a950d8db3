Feature: Administrators search accounts

  Background:
    Given Root is an administrator
    And Ada has an account with email "countess@example.org"
    And Grace works for the support

  Scenario Outline: By <query>
    Given Ada keeps the fact '{"crew": "red", "level": 3, "deep": {"er": true}}'
    When Root searches accounts with "<query>"
    Then the accounts found are "<names>"
    And the response header Cache-Control is "no-store"

    Examples:
      | query                                 | names            |
      |                                       | grace, ada, root |
      | q=ad                                  | ada              |
      | q=OUNTESS                             | ada              |
      | q=nobody                              |                  |
      | role=support                          | grace            |
      | role=admin                            | root             |
      | role=unheard-of                       |                  |
      | status=active                         | grace, ada, root |
      | status=blocked                        |                  |
      | status=deleted                        |                  |
      | metadata.crew=red                     | ada              |
      | metadata.level=3                      | ada              |
      | metadata[crew]=red                    | ada              |
      | metadata%5Bdeep%5D%5Ber%5D=true       | ada              |
      | metadata[crew]=blue                   |                  |
      | metadata.deep.er=true                 | ada              |
      | metadata.crew=blue                    |                  |
      | q=a&role=support                      | grace            |
      | created_before=2020-01-01T00:00:00Z   |                  |
      | created_after=2020-01-01T00:00:00Z    | grace, ada, root |
      | limit=1                               | grace            |

  Scenario: Each account comes once, while others are added
    Given 130 accounts called crowd and a number
    When Root walks through the accounts with "limit=20", while others register
    Then each of the 130 accounts called crowd has come exactly once

  Scenario: What is rare is found behind many newer accounts
    Given 3 accounts called rare and a number
    And 1500 accounts called crowd and a number
    When Root walks through the accounts with "limit=2&q=rare", while others register
    Then each of the 3 accounts called rare has come exactly once

  Scenario Outline: Not by <query>
    When Root searches accounts with "<query>"
    Then the request is rejected with 422 validation_failed
    And the response contains no internal details

    Examples:
      | query                       |
      | sort=password_hash          |
      | password_hash=x             |
      | email_verified=true         |
      | version=1                   |
      | order_by=id                 |
      | __proto__=x                 |
      | metadata=x                  |
      | metadata.__proto__=x        |
      | metadata.a=1&metadata.a=2   |
      | metadata.a=1&metadata[a]=1  |
      | metadata.a=%00              |
      | q=%00                       |
      | q=                          |
      | status=gone                 |
      | role=No!                    |
      | created_after=yesterday     |
      | cursor=abc                  |
      | limit=101                   |
